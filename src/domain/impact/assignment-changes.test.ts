import { describe, expect, it } from 'vitest';
import type { Change } from '../../storage/store.js';
import { assignmentChanges, assignmentChangesJson } from './assignment-changes.js';

const SET = 'deviceManagement/deviceConfigurations/assignments';
const text = (groupId: string, intent = 'apply') =>
  JSON.stringify({ intent, target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId } });

function record(id: string, before: string | undefined, after: string | undefined, set = SET): Change {
  const key = { set, parent: 'p', id };
  const kind = after === undefined ? 'delete' : 'put';
  return { sequence: 1, ordinal: 0, at: '', actor: {}, kind, key, link: undefined, type: 't', before, after };
}

describe('what becomes of assignments', () => {
  it.each<[string, readonly Change[], number, number, number]>([
    ['made', [record('a', undefined, text('g'))], 1, 0, 0],
    ['changed', [record('a', text('g'), text('h'))], 0, 1, 0],
    ['put as it was', [record('a', text('g'), text('g'))], 0, 0, 0],
    ['deleted', [record('a', text('g'), undefined)], 0, 0, 1],
    ['made and deleted', [record('a', undefined, text('g')), record('a', text('g'), undefined)], 0, 0, 0],
    ['deleted and made again', [record('a', text('g'), undefined), record('a', undefined, text('h'))], 0, 1, 0],
    ['deleted and made again as it was', [record('a', text('g'), undefined), record('a', undefined, text('g'))], 0, 0, 0],
    ['changed and changed back', [record('a', text('g'), text('h')), record('a', text('h'), text('g'))], 0, 0, 0],
    ['of something else', [record('a', text('g'), undefined, 'groups')], 0, 0, 0],
    [
      'of two policies',
      [record('a', undefined, text('g')), { ...record('a', undefined, text('g')), key: { set: SET, parent: 'q', id: 'a' } }],
      2,
      0,
      0,
    ],
  ])('%s', (_name, records, created, changed, deleted) => {
    const changes = assignmentChanges(records);
    expect([changes.created, changes.changed, changes.deleted.length]).toEqual([created, changed, deleted]);
  });

  it('is told with the names of what is deleted, the first ones', () => {
    const changes = assignmentChanges(['g', 'h'].map((group) => record(group, text(group), undefined)));
    const names = { policy: (id: string) => `policy ${id}`, group: (id: string) => `group ${id}`, filter: () => undefined };
    expect(assignmentChangesJson(changes, names, 1)).toEqual({
      created: 0,
      changed: 0,
      deleted: 2,
      deletedAssignments: [{ id: 'g', deviceConfigurationId: 'p', displayName: 'policy p', groupId: 'g', groupDisplayName: 'group g' }],
    });
  });
});
