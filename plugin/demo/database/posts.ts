import type { DemoAccount } from '../demo-accounts.ts';
import { createRandom, seedOf, type Random } from '../random.ts';
import { insertRows, local, type DatabaseChange } from './database-change.ts';

interface PostWish {
  readonly id: number;
  readonly at: Date;
}

/** Posts of the account's site, in its language. */
export function insertPosts(account: DemoAccount, wishes: readonly PostWish[], at: Date): DatabaseChange[] {
  const { voice, domain } = account;
  return insertRows(
    'wp_posts',
    'ID, post_author, post_date, post_date_gmt, post_content, post_title, post_excerpt, post_name, post_modified, post_modified_gmt, guid',
    wishes.map(({ id, at: written }) => {
      const random = createRandom(seedOf(account.name, 'post', id));
      const times = [local(written), written];
      const page = random.pick(voice.pages);
      const title = random.pick(voice.pictures).replaceAll('-', ' ');
      return [
        id,
        1,
        ...times,
        paragraphs(account, random),
        title,
        '',
        `${page}-${id}`,
        ...times,
        `https://${domain}/?p=${id}`,
      ];
    }),
    at,
  );
}

function paragraphs({ voice }: DemoAccount, random: Random): string {
  return Array.from({ length: random.between(3, 9) }, () => {
    const spoken = Array.from({ length: random.between(2, 5) }, () => random.pick(voice.sentences));
    return `<!-- wp:paragraph -->\n<p>${spoken.join(' ')}</p>\n<!-- /wp:paragraph -->`;
  }).join('\n\n');
}

/** @param timeOf each comment by its number. */
export function insertComments(
  account: DemoAccount,
  count: number,
  timeOf: (index: number) => Date,
  at: Date,
): DatabaseChange[] {
  const names =
    'comment_post_ID, comment_author, comment_author_email, comment_date, comment_date_gmt, comment_content';
  const rows = Array.from({ length: count }, (_, index) => {
    const written = timeOf(index);
    const random = createRandom(seedOf(account.name, 'comment', index, written.toISOString().slice(0, 10)));
    const [name, email] = random.pick(account.voice.people);
    return [500 + random.below(4), name, email, local(written), written, random.pick(account.voice.sentences)];
  });
  return insertRows('wp_comments', names, rows, at);
}
