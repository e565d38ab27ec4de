/** `node load-process.ts <order as JSON>`: plays one load and prints its figures as JSON. */
import { type LoadOrder, load } from './load.ts';

process.stdout.write(JSON.stringify(await load(JSON.parse(process.argv[2] ?? '') as LoadOrder)));
