/** Many requests in one body: JSON batches (spec 4.6), previews and the guard of a write (Muster's own); and what nobody foresaw. */
import { kind, occurred } from './kind.js';

export const envelopeErrors = {
  batchInvalid: kind<{ reason: string }>(400, 'BadRequest', 'gateway', (p) => `Invalid batch payload format: ${p.reason}`),
  batchWriteIncomplete: kind<{ id: string }>(
    400,
    'BadRequest',
    'gateway',
    (p) => `Write request id : ${p.id} does not contain Content-Type header or body.`,
    () =>
      'Nothing was done. Add "headers": {"Content-Type": "application/json"} and a body to the request; {} where it has nothing to say.',
  ),
  batchDependency: kind<{ id: string }>(
    424,
    'FailedDependency',
    'gateway',
    (p) => `The request was not carried out: the request '${p.id}', on which it depends, failed.`,
  ),

  headerInvalid: kind<{ header: string; reason: string }>(400, 'BadRequest', 'gateway', (p) => `Invalid header '${p.header}': ${p.reason}`),
  affectedLimitExceeded: kind<{ affected: number; limit: number; impact: unknown }>(
    412,
    'PreconditionFailed',
    'gateway',
    (p) =>
      `The write would change what ${p.affected} ${p.affected === 1 ? 'device gets' : 'devices get'}; muster-max-affected allows ${p.limit}. Nothing was written.`,
    () => 'Look at @muster.impact. If this is what you want, repeat the request with a larger number or without the header.',
  ),
  previewInvalid: kind<{ reason: string }>(400, 'BadRequest', 'gateway', (p) => `Invalid preview: ${p.reason}`),
  previewDependency: kind<{ id: string }>(
    424,
    'FailedDependency',
    'gateway',
    (p) => `The request was not previewed: the request '${p.id}', on which it depends, would fail.`,
  ),
  previewGone: kind<{ minutes: number }>(
    410,
    'Gone',
    'gateway',
    () => 'The preview is no longer kept. Preview again.',
    (p) =>
      `Lists can be read on for ${p.minutes} minutes, by the caller who asked for the preview, as long as no device is enrolled or retired.`,
  ),

  internal: kind(500, 'InternalServerError', 'service', occurred),
  unavailable: kind<{ reason: string }>(503, 'ServiceUnavailable', 'service', (p) => p.reason),
} as const;
