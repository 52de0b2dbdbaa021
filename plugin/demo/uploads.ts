import type { DemoAccount } from './demo-accounts.ts';
import { yearMonth } from './demo-day.ts';
import { uploadsFolder, writeFile, type HomeChange } from './home-change.ts';
import { drawPdf, drawPicture } from './pictures.ts';
import { createRandom, seedOf } from './random.ts';

/** The sizes in which a site keeps each photo, and how large they are beside the photo itself. */
const sizes = [
  ['', 1],
  ['-1024x683', 0.3],
  ['-768x512', 0.18],
  ['-300x200', 0.04],
  ['-150x150', 0.015],
] as const;

/** A photo that somebody uploads, in all sizes. */
export function uploadPhoto(account: DemoAccount, number: number, at: Date): HomeChange[] {
  const random = createRandom(seedOf(account.name, 'photo', number));
  const name = `${random.pick(account.voice.pictures)}-${number}`;
  const bytes = account.photoBytes * (random.between(40, 160) / 100);
  return sizes.map(([size, share]) => {
    const picture = drawPicture(seedOf(account.name, number, size), Math.max(600, Math.floor(bytes * share)));
    return writeFile(`${uploadsFolder}/${yearMonth(at)}/${name}${size}.jpg`, picture, at);
  });
}

/** An invoice, an offer or a contract that the site makes for a customer. */
export function uploadPaper(account: DemoAccount, number: number, at: Date): HomeChange {
  const { folder, name, title } = account.voice.papers;
  const path = `${uploadsFolder}/${folder}/${yearMonth(at)}/${name}-${at.getFullYear()}-${String(number).padStart(4, '0')}.pdf`;
  const seed = seedOf(account.name, 'paper', number);
  return writeFile(path, drawPdf(`${title} ${number}`, seed, createRandom(seed).between(9_000, 45_000)), at);
}
