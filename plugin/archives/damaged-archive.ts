import { Failure } from '../domain/failure.ts';

export function damagedArchive(archive: string, problem: string): Failure<'archive-damaged'> {
  return new Failure('archive-damaged', { archive, problem });
}
