/** What is found on a server. `wanted` and `mend` say what to do where something is not as it should be. */
export type ServerFinding =
  | { readonly kind: 'server'; readonly server: string; readonly version: string }
  | { readonly kind: 'rights'; readonly user: string; readonly mend: string }
  | { readonly kind: 'setting'; readonly setting: string; readonly value: string; readonly wanted: string };
