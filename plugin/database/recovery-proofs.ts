import type { RecoveryProofs } from '../contracts/recovery-proofs.ts';
import type { AccountBook } from './accounts.ts';
import { explainUnreachable } from './explain-unreachable.ts';

interface ProofRow {
  readonly server: string;
  readonly recipient: string;
  readonly proven_at: number;
  readonly places: number;
}

export function toRecoveryProofs({ connection, server }: AccountBook): RecoveryProofs {
  return {
    list: () =>
      explainUnreachable(async () => {
        const rows = await connection<ProofRow>('recovery_proofs').where({ server }).orderBy('recipient').select('*');
        return rows.map(({ recipient, proven_at, places }) => ({ recipient, provenAt: new Date(proven_at), places }));
      }),
    note: ({ recipient, provenAt, places }) =>
      explainUnreachable(async () => {
        await connection<ProofRow>('recovery_proofs')
          .insert({ server, recipient, proven_at: provenAt.getTime(), places })
          .onConflict(['server', 'recipient'])
          .merge();
      }),
  };
}
