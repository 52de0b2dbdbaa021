/** Four bytes or more that are compared four at a time; the last four may overlap those before. */
export class Word {
  readonly length: number;
  readonly offsets: readonly number[];
  readonly pieces: readonly number[];

  constructor(text: string) {
    const bytes = Buffer.from(text);
    this.length = bytes.length;
    this.offsets = Array.from({ length: Math.ceil(bytes.length / 4) }, (_, index) =>
      Math.min(index * 4, bytes.length - 4),
    );
    this.pieces = this.offsets.map((offset) => bytes.readInt32BE(offset));
  }
}

/** What stands between the values of a node, in restic's order. */
export const words = {
  name: new Word('{"name":"'),
  file: new Word('","type":"file","mode":'),
  folder: new Word('","type":"dir","mode":'),
  link: new Word('","type":"symlink","mode":'),
  modified: new Word(',"mtime":"'),
  accessed: new Word('","atime":"'),
  changed: new Word('","ctime":"'),
  uid: new Word('","uid":'),
  gid: new Word(',"gid":'),
  user: new Word(',"user":"'),
  group: new Word(',"group":"'),
  inode: new Word(',"inode":'),
  device: new Word(',"device_id":'),
  size: new Word(',"size":'),
  links: new Word(',"links":'),
  target: new Word(',"linktarget":"'),
  content: new Word(',"content":['),
  attributes: new Word(',"extended_attributes":[{"name":"'),
  nextAttribute: new Word(',{"name":"'),
  attributeValue: new Word('","value":"'),
  noContent: new Word(',"content":null}'),
  subtree: new Word(',"content":null,"subtree":"'),
};
