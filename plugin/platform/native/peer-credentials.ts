import { bind, lastErrorNumber } from './library.ts';

// socket(7), unix(7): the same on x86-64 and arm64.
const socketLevel = 1; // SOL_SOCKET
const peerCredentials = 17; // SO_PEERCRED
const credentialBytes = 12; // struct ucred: pid, uid, gid
const nobody = 0xffff_ffff;

export interface PeerCredentials {
  /** As this process sees it; only good for a look at once, for numbers are used again. */
  readonly pid: number;
  /** Who connected, whatever became of the connection since. */
  readonly uid: number;
}

/** @throws {Error} when the C library does not offer what is needed. */
export function openPeerCredentials(): (descriptor: number) => PeerCredentials {
  const read = bind('int getsockopt(int, int, int, _Out_ uint8_t *, _Inout_ uint32_t *)');
  return (descriptor) => {
    const bytes = Buffer.alloc(credentialBytes, 0xff);
    const length = [credentialBytes];
    const result = read(descriptor, socketLevel, peerCredentials, bytes, length);
    const uid = bytes.readUInt32LE(4);
    if (result !== 0 || length[0] !== credentialBytes || uid === nobody) {
      throw new Error(`the kernel does not say who connected (error ${lastErrorNumber()})`);
    }
    return { pid: bytes.readInt32LE(0), uid };
  };
}
