import { describe, expect, it } from 'vitest';
import { thrown } from '../model/testing/thrown.js';
import { acceptedRepresentation, formatRepresentation, includesAnnotation, isListed, preferences, spokenVersion } from './headers.js';

describe('acceptedRepresentation', () => {
  it.each([
    [undefined, 'minimal', false],
    ['', 'minimal', false],
    ['*/*', 'minimal', false],
    ['application/*', 'minimal', false],
    ['application/json', 'minimal', false],
    ['Application/JSON;odata.metadata=full', 'full', false],
    ['application/json; odata.metadata=none; IEEE754Compatible=true', 'none', true],
    ['application/json;metadata=full', 'full', false],
    ['application/json;odata=nometadata', 'none', false],
    ['application/json;odata=minimalmetadata', 'minimal', false],
    ['application/json;odata=fullmetadata', 'full', false],
    ['application/json;odata.metadata="full"', 'full', false],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'minimal', false],
    ['application/json;odata.metadata=none;q=0.1, application/json;odata.metadata=full;q=0.9', 'full', false],
    ['application/json;odata.streaming=true;charset=utf-8', 'minimal', false],
  ])('%s -> %s', (accept, metadata, ieee754Compatible) => {
    expect(acceptedRepresentation(accept, false)).toEqual({ metadata, ieee754Compatible });
  });

  it.each([
    'text/plain',
    'application/xml',
    'application/json;odata.metadata=verbose',
    'application/json;q=0',
    'application/json;q=0.0, */*',
    'application/json;IEEE754Compatible=maybe',
    'application/json;charset=utf-16',
    'nonsense',
    '*/*;q=x',
  ])('%s is not acceptable', (accept) => expect(thrown(() => acceptedRepresentation(accept, false))?.kind).toBe('notAcceptable'));

  it('takes text for what is written as text', () => {
    expect(acceptedRepresentation('text/plain', true).metadata).toBe('minimal');
    expect(formatRepresentation('json', true).metadata).toBe('minimal');
  });
});

describe('preferences', () => {
  const none = { return: undefined, maxPageSize: undefined, includeUnknownEnumMembers: false, includeAnnotations: undefined };
  it.each([
    [undefined, {}],
    ['return=minimal', { return: 'minimal' }],
    ['Return=Representation', { return: 'representation' }],
    ['odata.maxpagesize=50', { maxPageSize: 50 }],
    ['maxpagesize=5, return=minimal', { maxPageSize: 5, return: 'minimal' }],
    ['odata.maxpagesize=0', {}],
    ['odata.maxpagesize=x', {}],
    ['include-unknown-enum-members', { includeUnknownEnumMembers: true }],
    ['odata.include-annotations="muster.*,display"', { includeAnnotations: 'muster.*,display' }],
    ['return=minimal;x=y', { return: 'minimal' }],
    ['return=minimal, return=representation', { return: 'minimal' }],
    ['outlook.timezone="UTC", ,,', {}],
  ])('%s', (header, expected) => expect(preferences(header)).toEqual({ ...none, ...expected }));
});

describe('includesAnnotation', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['*', true],
    ['muster.*', true],
    ['muster.impact', true],
    ['@Muster.Impact', true],
    ['display.*', false],
    ['display.*, muster.*', true],
    ['*,-muster.*', false],
    ['-muster.*,muster.impact', true],
    ['-*', false],
    ['muster.impactful', false],
  ])('%s -> %s', (patterns, included) => expect(includesAnnotation(patterns, 'muster.impact')).toBe(included));
});

describe('spokenVersion', () => {
  it.each([
    [{}, '4.01'],
    [{ 'odata-version': '4.0' }, '4.01'],
    [{ 'odata-version': '4.01', 'odata-maxversion': '4.01' }, '4.01'],
    [{ 'odata-maxversion': '4.0' }, '4.0'],
    [{ 'odata-maxversion': ' 4.0;Client 1.2' }, '4.0'],
    [{ 'odata-maxversion': '9.0' }, '4.01'],
  ])('%j -> %s', (headers, version) => expect(spokenVersion(headers)).toBe(version));

  it.each([
    { 'odata-maxversion': '3.0' },
    { 'odata-maxversion': 'four' },
    { 'odata-maxversion': '4' },
    { 'odata-maxversion': '' },
    { 'odata-version': '3.0' },
    { 'odata-version': '4.02' },
    { 'odata-version': '5.0' },
  ])('%j is refused', (headers) => expect(thrown(() => spokenVersion(headers))?.kind).toBe('headerInvalid'));
});

describe('isListed', () => {
  it.each([
    ['W/"1"', undefined, false],
    ['W/"1"', '', false],
    ['W/"1"', 'W/"1"', true],
    ['W/"1"', '"1"', true],
    ['"1"', 'W/"1"', true],
    ['W/"1"', '"0", "1"', true],
    ['W/"1"', '*', true],
    ['W/"1"', '"11"', false],
    ['W/"a,b"', '"a,b"', true],
  ])('%s by %s: %s', (etag, header, listed) => expect(isListed(etag, header)).toBe(listed));
});
