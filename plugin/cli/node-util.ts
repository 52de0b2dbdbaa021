/**
 * What the command line takes of Node's `util`. An `import` of it, as of `fs` or `process`, first loads all that the
 * module could ever be asked for, which takes longer than a short command's whole work.
 */
export const { parseArgs, stripVTControlCharacters, styleText } = process.getBuiltinModule('node:util');
