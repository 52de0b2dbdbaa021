export type Environment = { readonly [name: string]: string | undefined };

/** The process's environment: the one place that reads it. */
export function readEnvironment(): Environment {
  return process.env;
}
