/** An object of functions that is made when the first of them is asked for, or all of them are copied. */
export function lazily<Part extends object>(make: () => Part): Part {
  let made: Part | undefined;
  const open = (): Part => (made ??= make());
  return new Proxy({} as Part, {
    get: (_, name) => Reflect.get(open(), name) as unknown,
    has: (_, name) => Reflect.has(open(), name),
    ownKeys: () => Reflect.ownKeys(open()),
    getOwnPropertyDescriptor: (_, name) => {
      const found = Reflect.getOwnPropertyDescriptor(open(), name);
      return found === undefined ? undefined : { ...found, configurable: true }; // a proxy may promise no less
    },
  });
}
