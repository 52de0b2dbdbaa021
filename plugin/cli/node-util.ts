/**
 * Node's `util`, of which each part is loaded when it is first used. An `import` of it, as of `fs` or `process`, first loads all that the
 * module could ever be asked for, which takes longer than a short command's whole work.
 */
export const util = process.getBuiltinModule('node:util');
