import { FairSlots } from '../../platform/fairness/fair-slots';

/**
 * An upload holds up to 1 MiB of memory (`chunkBytes`), so all of them hold up to 250 MiB. It takes fifty accounts to
 * hold all slots, each of which sends at the lowest rate or more.
 */
export function uploadSlots(): FairSlots<'upload'> {
  return new FairSlots({
    name: 'uploads',
    slots: 250,
    maxPerOwner: 5,
    // A client sends again later; a body that nobody reads would wait in the network.
    timeoutMs: 0,
    maxWaiting: 0,
    maxWaitingPerOwner: 0,
    classes: { upload: {} },
  });
}

/**
 * Two files at a time, each in a thread of its own, and one of an account: both processors at most, and what they unpack.
 * They are looked through afterwards like files that are tables.
 *
 * @param maxBytesPerAccount of the files that wait.
 */
export function conversionSlots(maxBytesPerAccount: number): FairSlots<'conversion'> {
  return new FairSlots({
    name: 'conversions of files',
    slots: 2,
    maxPerOwner: 1,
    timeoutMs: null,
    maxWaiting: 100,
    maxWaitingPerOwner: 10,
    maxWaitingWeight: { inAll: 4 * maxBytesPerAccount, perOwner: maxBytesPerAccount },
    classes: { conversion: {} },
  });
}

/** Maximum size in bytes of a file that is looked through beside a large one: 1 MiB, some hundredths of a second. */
export const maxSmallBytes = 1_048_576;

/**
 * One large file at a time, because two would only slow each other, and beside it a small one: the work makes pauses
 * every few milliseconds. Whoever waits is patient: the answer to a large file takes minutes anyway.
 *
 * @param maxBytesPerAccount of the files that wait.
 */
export function inspectionSlots(maxBytesPerAccount: number): FairSlots<'small' | 'large'> {
  return new FairSlots({
    name: 'looks through files',
    slots: 2,
    maxPerOwner: 2,
    timeoutMs: null,
    maxWaiting: 100,
    maxWaitingPerOwner: 10,
    maxWaitingWeight: { inAll: 4 * maxBytesPerAccount, perOwner: maxBytesPerAccount },
    classes: { small: { reserved: 1, maxPerOwner: 1 }, large: {} },
  });
}
