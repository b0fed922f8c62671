import { parentPort, workerData } from 'node:worker_threads';
import { bestCodePage } from './code-page-guess';

parentPort!.postMessage(bestCodePage(Buffer.from(workerData as Uint8Array)));
