import koffi from 'koffi';

/**
 * Functions called directly in C: libc, and libzstd and OpenSSL as the Node binary itself exports them.
 * Loading the system's libcrypto beside Node's own crashes the process, so it is never done.
 */
export type NativeFunction = (...values: readonly unknown[]) => number;

const self = koffi.load(null);

/** @throws {Error} when this Node does not export the function: the caller then falls back to pure Node. */
export function bind(prototype: string): NativeFunction {
  return self.func(prototype) as unknown as NativeFunction;
}

/** Like `bind`, for functions that return a pointer, which is then only handed back to C. */
export function bindPointer(prototype: string): (...values: readonly unknown[]) => unknown {
  return self.func(prototype) as unknown as (...values: readonly unknown[]) => unknown;
}

export interface AsyncResult {
  readonly result: number;
  /** Means something only when the result says that the call failed. */
  readonly errorNumber: number;
}

/** Like `bind`, for calls that take long: made on another thread while this one goes on. */
export function bindAsync(prototype: string): (...values: readonly unknown[]) => Promise<AsyncResult> {
  const call = self.func(prototype);
  return (...values) =>
    new Promise((resolve, reject) => {
      call.async(...values, (error: Error | null, result: number) => {
        if (error === null) resolve({ result, errorNumber: koffi.errno() });
        else reject(error);
      });
    });
}

/** Error number of the last failed libc call of this thread. */
export const lastErrorNumber = (): number => koffi.errno();

/** Only for memory that is never moved nor freed while the address is in use. */
export const addressOf = (bytes: Uint8Array): number => Number(koffi.address(bytes));
