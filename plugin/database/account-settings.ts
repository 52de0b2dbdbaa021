import type { Knex } from 'knex';
import type { AccountSettingsBook } from '../contracts/account-settings.ts';
import { readAccountSettings } from '../domain/account-settings.ts';
import { explainUnreachable } from './explain-unreachable.ts';

interface SettingsRow {
  readonly generation: string;
  readonly settings: string;
}

export function toAccountSettings(connection: Knex): AccountSettingsBook {
  const rows = () => connection<SettingsRow>('account_settings');
  return {
    load: (generation) =>
      explainUnreachable(async () => {
        const row = await rows().where({ generation }).first();
        return readAccountSettings(row === undefined ? {} : (JSON.parse(row.settings) as unknown));
      }),
    save: (generation, settings) =>
      explainUnreachable(async () => {
        await rows()
          .insert({ generation, settings: JSON.stringify(settings) })
          .onConflict('generation')
          .merge();
      }),
  };
}
