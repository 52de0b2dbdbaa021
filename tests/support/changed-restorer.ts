import type { DatabaseRestorer } from '../../plugin/contracts/database-restorer.ts';

/** The same restorer, with some of its methods in another way. */
export function changeRestorer(restorer: DatabaseRestorer, changes: Partial<DatabaseRestorer>): DatabaseRestorer {
  return new Proxy(restorer, {
    get(target, name) {
      const changed: unknown = Reflect.get(changes, name);
      const value: unknown = changed ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
