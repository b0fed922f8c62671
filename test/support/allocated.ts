import { Session } from 'node:inspector/promises';

const samplingInterval = 16_384;

/**
 * Counts work without a clock: the bytes of V8's heap that are allocated while the work is done, whether or not they
 * become garbage. It is an estimate from samples, good to a few hundred kilobytes.
 */
export async function allocatedDuring(work: () => Promise<unknown>): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.startSampling', {
      samplingInterval,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    } as never);
    await work();
    const { profile } = await session.post('HeapProfiler.stopSampling');
    let bytes = 0;
    const nodes = [profile.head];
    for (let node = nodes.pop(); node; node = nodes.pop()) {
      bytes += node.selfSize;
      nodes.push(...node.children);
    }
    return bytes;
  } finally {
    session.disconnect();
  }
}
