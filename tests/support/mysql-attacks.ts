/**
 * What a hostile dump does. `sql` may name `{proof}`, a file that may be made; `{file}`, one that others have; and
 * `{script}`, one with SQL. `harm` finds whether it worked.
 */
export interface Attack {
  readonly name: string;
  readonly sql: string;
  /** `file`, or a query that gives 1. */
  readonly harm: string;
}

const stolen = "SELECT COUNT(*) > 0 FROM neighbour.secret WHERE v = 'owned'";
const gone =
  "SELECT COUNT(*) = 0 FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'neighbour' AND TABLE_NAME = 'secret'";
const looted = "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_NAME = 'loot' AND TABLE_ROWS > 0";
export const attacks: readonly Attack[] = [
  { name: 'a shell by \\!', sql: '\\! touch {proof}\n', harm: 'file' },
  { name: 'a shell by system', sql: 'system touch {proof}\n', harm: 'file' },
  { name: 'a shell after DELIMITER', sql: 'DELIMITER //\nSELECT 1//\n\\! touch {proof}\n', harm: 'file' },
  { name: 'INTO OUTFILE', sql: "SELECT 'x' INTO OUTFILE '{proof}';", harm: 'file' },
  { name: 'INTO DUMPFILE', sql: "SELECT 'x' INTO DUMPFILE '{proof}';", harm: 'file' },
  { name: 'USE of a neighbour', sql: "USE neighbour; INSERT INTO secret VALUES ('owned');", harm: stolen },
  { name: 'a qualified name', sql: "INSERT INTO neighbour.secret VALUES ('owned');", harm: stolen },
  {
    name: 'a row through the wildcard in a grant',
    sql: "INSERT INTO `~larderXnewXatk`.t VALUES ('owned');",
    harm: 'SELECT COUNT(*) > 0 FROM `~larderXnewXatk`.t',
  },
  { name: 'DROP TABLE of a neighbour', sql: 'DROP TABLE neighbour.secret;', harm: gone },
  { name: 'DROP DATABASE', sql: 'DROP DATABASE neighbour;', harm: gone },
  {
    name: 'CREATE DATABASE',
    sql: 'CREATE DATABASE planted;',
    harm: "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'planted'",
  },
  {
    name: 'RENAME out of the database',
    sql: 'CREATE TABLE a (i INT); RENAME TABLE a TO neighbour.a;',
    harm: "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'neighbour' AND TABLE_NAME = 'a'",
  },
  {
    name: 'a procedure of root',
    sql: "CREATE DEFINER=root@localhost PROCEDURE p() INSERT INTO neighbour.secret VALUES ('owned'); CALL p();",
    harm: stolen,
  },
  {
    name: 'a trigger of root',
    sql: "CREATE TABLE b (i INT); CREATE DEFINER=root@localhost TRIGGER tr BEFORE INSERT ON b FOR EACH ROW INSERT INTO neighbour.secret VALUES ('owned'); INSERT INTO b VALUES (1);",
    harm: stolen,
  },
  {
    name: 'a view of root',
    sql: 'CREATE DEFINER=root@localhost SQL SECURITY DEFINER VIEW w AS SELECT * FROM neighbour.secret;',
    harm: "SELECT COUNT(*) FROM information_schema.VIEWS WHERE TABLE_NAME = 'w'",
  },
  {
    name: 'an event of root',
    sql: 'CREATE DEFINER=root@localhost EVENT ev ON SCHEDULE EVERY 1 DAY DO DROP TABLE neighbour.secret;',
    harm: "SELECT COUNT(*) FROM information_schema.EVENTS WHERE EVENT_NAME = 'ev'",
  },
  {
    name: 'CREATE USER',
    sql: "CREATE USER backdoor IDENTIFIED BY 'x';",
    harm: "SELECT COUNT(*) FROM mysql.user WHERE User = 'backdoor'",
  },
  {
    name: 'GRANT',
    sql: 'GRANT ALL ON *.* TO bystander;',
    harm: "SELECT COUNT(*) FROM mysql.user WHERE User = 'bystander' AND Drop_priv = 'Y'",
  },
  { name: 'SET GLOBAL', sql: 'SET GLOBAL max_connections = 77;', harm: 'SELECT @@max_connections = 77' },
  {
    name: 'mysql.user',
    sql: "UPDATE mysql.global_priv SET Priv = '{}' WHERE User = 'bystander';",
    harm: "SELECT COUNT(*) FROM mysql.global_priv WHERE User = 'bystander' AND Priv = '{}'",
  },
  { name: 'a shell within a line', sql: 'SELECT 1; \\! touch {proof}\n', harm: 'file' },
  { name: 'another file of SQL', sql: 'source {script}\n', harm: stolen },
  { name: 'another file of SQL, in short', sql: '\\. {script}\n', harm: stolen },
  { name: 'another connection', sql: "\\u neighbour\nINSERT INTO secret VALUES ('owned');\n", harm: stolen },
  {
    name: 'a comment that is run',
    sql: "/*!50003 INSERT INTO neighbour.secret VALUES ('owned') */;",
    harm: stolen,
  },
  {
    name: 'a statement out of a text',
    sql: "EXECUTE IMMEDIATE CONCAT('INSERT INTO neighbour.secret VALUES (', QUOTE('owned'), ')');",
    harm: stolen,
  },
  {
    // As `mariadb-dump --force` writes it, with a column's name that holds an end of line.
    name: 'a comment that ends early',
    sql: "-- failed on view `vb`: CREATE VIEW `vb` AS select 1 AS `q\nINSERT INTO neighbour.secret VALUES ('owned');\n--z`\n",
    harm: stolen,
  },
  {
    name: 'LOAD DATA of the server',
    sql: "CREATE TABLE loot (v TEXT) ENGINE=MyISAM; LOAD DATA INFILE '{file}' INTO TABLE loot;",
    harm: looted,
  },
  {
    name: 'LOAD_FILE',
    sql: "CREATE TABLE loot ENGINE=MyISAM AS SELECT LOAD_FILE('{file}') AS v; DELETE FROM loot WHERE v IS NULL;",
    harm: looted,
  },
  {
    name: 'a log where somebody wants it',
    sql: "SET GLOBAL general_log_file = '{proof}'; SET GLOBAL general_log = 1; SELECT '<?php';",
    harm: 'file',
  },
  {
    name: 'a function of a library',
    sql: "INSERT INTO mysql.func VALUES ('planted', 0, 'x.so', 'function');",
    harm: "SELECT COUNT(*) FROM mysql.func WHERE name = 'planted'",
  },
  {
    name: 'a plugin',
    sql: "INSTALL SONAME 'auth_ed25519';",
    harm: "SELECT COUNT(*) FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'ed25519'",
  },
  {
    name: 'another server',
    sql: "CREATE SERVER planted FOREIGN DATA WRAPPER mysql OPTIONS (HOST '127.0.0.1');",
    harm: "SELECT COUNT(*) FROM mysql.servers WHERE Server_name = 'planted'",
  },
  {
    name: 'a role',
    sql: 'CREATE ROLE planted; GRANT planted TO bystander;',
    harm: "SELECT COUNT(*) FROM mysql.roles_mapping WHERE Role = 'planted' AND User = 'bystander'",
  },
  {
    name: 'the password of another',
    sql: "SET PASSWORD FOR bystander = PASSWORD('mine');",
    harm: "SELECT COUNT(*) FROM mysql.global_priv WHERE User = 'bystander' AND Priv LIKE '%*%'",
  },
  {
    name: 'ALTER DATABASE of a neighbour',
    sql: 'ALTER DATABASE neighbour CHARACTER SET ascii;',
    harm: "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'neighbour' AND DEFAULT_CHARACTER_SET_NAME = 'ascii'",
  },
  {
    name: 'a trigger of a neighbour',
    sql: 'CREATE TRIGGER neighbour.tr BEFORE INSERT ON neighbour.secret FOR EACH ROW SET NEW.v = NULL;',
    harm: "SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = 'neighbour'",
  },
  { name: 'RENAME into the database', sql: 'RENAME TABLE neighbour.secret TO taken;', harm: gone },
];
