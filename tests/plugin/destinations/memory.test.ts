import { openMemoryStore } from '../../../plugin/destinations/memory.ts';
import { testObjectStore } from '../../contracts/object-store.ts';

testObjectStore('the store in memory', { open: () => openMemoryStore(), interruptWrite: undefined });
