/** An object of functions that is made when the first of them is asked for. */
export function lazily<Part extends object>(make: () => Part): Part {
  let made: Part | undefined;
  return new Proxy({} as Part, {
    get: (_, name) => Reflect.get((made ??= make()), name) as unknown,
  });
}
