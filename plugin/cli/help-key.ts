/** Where the texts of a command stand below `help.`: `keys-restic-env`. */
export function helpKey(name: string): string {
  return name.replaceAll(' ', '-');
}
