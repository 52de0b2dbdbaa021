/** The number that the next row gets, in the last line of what `SHOW CREATE TABLE` prints. */
const nextNumber = / AUTO_INCREMENT=\d+(?=[^\n]*$)/;

/** What `SHOW CREATE TABLE` prints, without what changes with every row. */
export function tableDefinition(sql: string): string {
  return sql.replace(nextNumber, '');
}
