import { locationOf } from '../domain/destination.ts';
import type { Answer } from '../protocol/requests.ts';
import { knownAccounts } from './find-account.ts';
import type { Services } from './services.ts';

/** Every destination as it is configured, and what was found when it was tried out. Asks none of them. */
export async function listDestinations(services: Services): Promise<Answer<'destinations'>> {
  const { configuration, records, destinationTests } = services;
  const accounts = await knownAccounts(services);
  const lines = configuration.destinations.map(async (destination) => {
    const { name, kind, role, country, provider } = destination;
    const found = await Promise.all(accounts.map(({ generation }) => records.findRepository(generation, name)));
    return {
      name,
      kind,
      role,
      location: locationOf({ destination, folder: '' }),
      country,
      provider,
      repositories: found.filter((record) => record !== undefined).length,
      tested: await destinationTests.load(name),
    };
  });
  return { destinations: await Promise.all(lines) };
}
