/** 400, 413, 415: the body (spec 5.4, ModelValidationFailure). */
import { kind } from './kind.js';

export const bodyErrors = {
  bodyMissing: kind(400, 'BadRequest', 'gateway', () => 'Empty Payload. JSON content expected.'),
  jsonInvalid: kind<{ reason: string }>(
    400,
    'BadRequest',
    'gateway',
    () => 'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    (p) => p.reason,
  ),
  bodyTooLarge: kind<{ limit: number }>(
    413,
    'RequestEntityTooLarge',
    'gateway',
    (p) => `The request body is larger than ${p.limit} bytes.`,
  ),
  bodyTooDeep: kind<{ limit: number }>(
    400,
    'BadRequest',
    'gateway',
    (p) => `The JSON of the request body is nested deeper than ${p.limit} levels.`,
  ),
  mediaTypeUnsupported: kind<{ type: string; send?: string }>(
    415,
    'UnsupportedMediaType',
    'gateway',
    (p) => `The media type '${p.type}' is not supported. Send ${p.send ?? 'application/json'}.`,
  ),
  importLineInvalid: kind<{ line: number; reason: string; imported: number }>(
    400,
    'BadRequest',
    'gateway',
    (p) => `Line ${p.line}: ${p.reason}`,
    (p) =>
      p.imported === 0
        ? 'Nothing has been imported. Mend the line, or add ?keepGoing=true to leave bad lines out.'
        : `${p.imported} objects before it have been imported. Mend the line and send everything again: what is there already stays as it is.`,
  ),
  notAcceptable: kind<{ accept: string; offer?: string }>(
    406,
    'NotAcceptable',
    'gateway',
    (p) => `Nothing can be written as '${p.accept}'. Accept ${p.offer ?? 'application/json'}.`,
  ),
  jsonShape: kind<{ found: 'StartArray' | 'StartObject' | 'PrimitiveValue'; expected: 'StartArray' | 'StartObject' | 'PrimitiveValue' }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) => `An unexpected '${p.found}' node was found when reading from the JSON reader. A '${p.expected}' node was expected.`,
  ),
  propertyUnknown: kind<{ property: string; type: string }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) =>
      `The property '${p.property}' does not exist on type 'microsoft.management.services.api.${p.type}'. Make sure to only use property names that are defined by the type.`,
  ),
  typeUnresolved: kind<{ type: string }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) =>
      `A type named '${p.type}' could not be resolved by the model. When a model is available, each type name must resolve to a valid type.`,
  ),
  typeMissing: kind<{ base: string }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) =>
      `Must specify valid information for parsing in the string. The type 'microsoft.graph.${p.base}' is abstract: '@odata.type' must name a concrete type.`,
  ),
  typeIncompatible: kind<{ type: string; expected: string }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) => `The type 'microsoft.graph.${p.type}' is not compatible with the expected type 'microsoft.graph.${p.expected}'.`,
  ),
  valueInvalid: kind<{ property: string; value: string; type: string }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) => `Cannot convert the value '${p.value}' of property '${p.property}' to the expected type '${p.type}'.`,
  ),
  nullInvalid: kind<{ property: string; type: string }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) =>
      `A null value was found for the property named '${p.property}', which has the expected type '${p.type}[Nullable=False]'. The expected type '${p.type}[Nullable=False]' does not allow null values.`,
  ),
  enumInvalid: kind<{ property: string; value: string; type: string; members: readonly string[] }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) =>
      `Cannot convert the value '${p.value}' of property '${p.property}' to the expected type 'microsoft.graph.${p.type}'. Possible values are: ${p.members.join(', ')}.`,
  ),
  propertyDuplicate: kind<{ property: string }>(
    400,
    'ModelValidationFailure',
    'model',
    (p) => `The property '${p.property}' stands more than once in one object.`,
  ),
  bindInvalid: kind<{ property: string; value: string; reason: string }>(
    400,
    'BadRequest',
    'model',
    (p) => `The reference '${p.value}' of '${p.property}' cannot be used: ${p.reason}`,
  ),
  patchNavigation: kind<{ property: string; type: string }>(
    400,
    'BadRequest',
    'gateway',
    (p) => `Cannot apply PATCH to navigation property '${p.property}' on entity type 'microsoft.graph.${p.type}'.`,
    () => 'Change it through its own path.',
  ),
  propertyRequired: kind<{ property: string; type: string }>(
    400,
    'BadRequest',
    'service',
    (p) => `The property '${p.property}' of '${p.type}' is required.`,
  ),
  requestInvalid: kind<{ reason: string }>(400, 'BadRequest', 'service', (p) => p.reason),
} as const;
