/** A dump that is not of the form that is understood: nothing of it is kept. */
export class UnexpectedDump extends Error {
  override readonly name = 'UnexpectedDump';
}

export function unexpectedDump(problem: string): UnexpectedDump {
  return new UnexpectedDump(problem);
}
