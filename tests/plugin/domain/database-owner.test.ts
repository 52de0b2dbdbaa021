import assert from 'node:assert/strict';
import test from 'node:test';
import { ownerOf } from '../../../plugin/domain/database-owner.ts';
import { nextNumberOf, tableDefinition } from '../../../plugin/domain/table-definition.ts';

test('a database is the account’s by whose name it begins, the longest', () => {
  const accounts = ['maria', 'maria_shop', 'mar'];
  assert.equal(ownerOf('maria', accounts), 'maria');
  assert.equal(ownerOf('maria_wp', accounts), 'maria');
  assert.equal(ownerOf('maria_shop_wp', accounts), 'maria_shop');
  assert.equal(ownerOf('mariax', accounts), undefined);
  assert.equal(ownerOf('other_maria_wp', accounts), undefined);
});

test('the next number is no part of what a table is', () => {
  const options = " DEFAULT CHARSET=utf8mb4 COMMENT='x AUTO_INCREMENT=9'\n PARTITION BY HASH (`id`)\nPARTITIONS 3";
  const plain = `CREATE TABLE \`t\` (\n  \`id\` int\n) ENGINE=InnoDB${options}`;
  const numbered = plain.replace('InnoDB', 'InnoDB AUTO_INCREMENT=18446744073709551615');
  assert.equal(tableDefinition(numbered), plain);
  assert.equal(tableDefinition(plain), plain);
  assert.equal(nextNumberOf(numbered), '18446744073709551615');
  assert.equal(nextNumberOf(plain), undefined);
});
