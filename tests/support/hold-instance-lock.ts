import { lockInstance } from '../../plugin/platform/instance-lock.ts';

// A process that takes the instance lock of the folder it is given, says so, and keeps it until it is killed.
lockInstance(process.argv[2] ?? '', new Date('2026-11-21T02:00:00.000Z'));
process.stdout.write('locked\n');
setInterval(() => {}, 60_000);
