import { Failure } from '../domain/failure.ts';

/** Reads fields of JSON from a repository, which may be damaged or hostile. Every problem is `repository-damaged` naming `object`. */
export class JsonReader {
  readonly #object: string;
  readonly #value: Readonly<Record<string, unknown>>;

  constructor(object: string, value: unknown) {
    this.#object = object;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.damaged('is no JSON object');
    this.#value = { ...value };
  }

  /** @throws {Failure} `repository-damaged` when `text` is no JSON. */
  static parse(object: string, text: string): JsonReader {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new Failure('repository-damaged', { object, problem: 'is not valid JSON' }, { cause });
    }
    return new JsonReader(object, value);
  }

  damaged(problem: string): Failure {
    return new Failure('repository-damaged', { object: this.#object, problem });
  }

  has(field: string): boolean {
    return this.#value[field] !== undefined && this.#value[field] !== null;
  }

  string(field: string): string {
    const value = this.#value[field];
    if (typeof value !== 'string') throw this.damaged(`has no text ${field}`);
    return value;
  }

  /** A whole number from 0 to 2^53 - 1; `fallback` where the field is absent. */
  count(field: string, fallback?: number): number {
    const value = this.#value[field] ?? fallback;
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
      throw this.damaged(`has no count ${field}`);
    return value;
  }

  boolean(field: string): boolean {
    return this.#value[field] === true;
  }

  /** Empty where the field is absent or null. */
  list(field: string): readonly unknown[] {
    const value = this.#value[field] ?? [];
    if (!Array.isArray(value)) throw this.damaged(`has no list ${field}`);
    return value;
  }

  strings(field: string): string[] {
    return this.list(field).map((value) => {
      if (typeof value !== 'string') throw this.damaged(`has something else than texts in ${field}`);
      return value;
    });
  }

  /** 64 lower-case hex digits. */
  id(field: string): string {
    const value = this.string(field);
    if (!/^[0-9a-f]{64}$/.test(value)) throw this.damaged(`has no id ${field}`);
    return value;
  }

  nested(field: string): JsonReader {
    return new JsonReader(this.#object, this.#value[field]);
  }

  each(field: string): JsonReader[] {
    return this.list(field).map((value) => new JsonReader(this.#object, value));
  }
}
