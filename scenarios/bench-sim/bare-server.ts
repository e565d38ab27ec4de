/** `node bare-server.ts <port> <answer>`: reads each request to its end and answers the same text. */
import { createServer } from 'node:http';

const [port, answer] = process.argv.slice(2);
createServer((request, response) => {
  request.on('end', () => response.end(answer)).resume();
}).listen(Number(port), '127.0.0.1');
