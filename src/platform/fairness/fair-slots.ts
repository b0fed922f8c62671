import { tooBusy } from '../../kernel/too-busy';
import { LinkedList, ListNode } from './linked-list';

/** A share of the slots for one use of the resource. */
export interface SlotClass {
  /** The number of slots that the other classes leave to this one. */
  readonly reserved?: number;
  /** The number of slots that are held for this use at most. */
  readonly max?: number;
  /** The number of slots that an owner holds for this use at most. */
  readonly maxPerOwner?: number;
  /** The number of those who wait for this use at most, so that they do not fill the queue of the others. */
  readonly maxWaiting?: number;
  /** Instead of that of the resource. Null: whoever waits is patient. */
  readonly timeoutMs?: number | null;
}

export interface FairSlotsOptions<Class extends string> {
  /** A noun for the log and the metrics. */
  readonly name: string;
  readonly slots: number;
  /** The number of slots that an owner holds at most, over all classes. */
  readonly maxPerOwner: number;
  readonly classes: Readonly<Record<Class, SlotClass>>;
  /** Milliseconds to wait for a slot. Null: without an end. */
  readonly timeoutMs: number | null;
  readonly maxWaiting: number;
  readonly maxWaitingPerOwner: number;
  /** The weight of what waits, for example in bytes. Without it weights do not count. */
  readonly maxWaitingWeight?: { readonly inAll: number; readonly perOwner: number };
}

export interface Slot {
  /** Gives the slot to whoever is next. A second call does nothing. */
  release(): void;
}

export interface WaitingForSlot {
  /** @throws DomainError `rate_limit.exceeded` when the time is over, or after `cancel`. */
  readonly slot: Promise<Slot>;
  /** Gives up the place in the queue. Does nothing once the slot was given. */
  cancel(): void;
}

interface Entry {
  readonly lane: Lane;
  readonly weight: number;
  readonly give: (slot: Slot) => void;
  timer: NodeJS.Timeout | undefined;
}

/** What an owner holds and waits for, of one class. */
class Lane {
  readonly entries = new LinkedList<Entry>();
  /** The place among those that may be next. */
  readonly turn = new ListNode<Lane>(this);
  inUse = 0;

  constructor(
    readonly owner: Owner,
    readonly of: ClassState,
  ) {}
}

interface Owner {
  readonly key: string;
  /** By the index of the class; made when it is needed. */
  readonly lanes: (Lane | undefined)[];
  inUse: number;
  waiting: number;
  waitingWeight: number;
}

interface ClassState extends SlotClass {
  readonly index: number;
  /** Those who wait and may be next, by the number of slots that their owners hold. */
  readonly ready: readonly LinkedList<Lane>[];
  inUse: number;
  waiting: number;
  /** The number of slots that were given so far, when this class got its last one. */
  servedAt: number;
}

/**
 * Hands out the slots of a shared resource to owners, usually accounts, in turn: a free slot goes to the owner who holds the
 * fewest, and among equals to the one who has waited for a turn for longest. Bounds hold for what an owner holds, and for what
 * waits, so that nobody takes the share or the memory of the others (docs/decisions/0038-shared-capacity.md). Every operation
 * takes constant time in the number of owners and of those who wait.
 *
 * Who holds a slot must not wait for another one of the same resource: all slots could be held by such.
 */
export class FairSlots<Class extends string> {
  readonly name: string;
  private readonly classes: ReadonlyMap<Class, ClassState>;
  private readonly owners = new Map<string, Owner>();
  private inUseCount = 0;
  private waitingCount = 0;
  private waitingWeight = 0;
  private givenCount = 0;

  constructor(private readonly options: FairSlotsOptions<Class>) {
    this.name = options.name;
    const ready = () => Array.from({ length: options.maxPerOwner }, () => new LinkedList<Lane>());
    this.classes = new Map(
      (Object.entries(options.classes) as [Class, SlotClass][]).map(([name, given], index) => [
        name,
        { ...given, index, ready: ready(), inUse: 0, waiting: 0, servedAt: 0 },
      ]),
    );
  }

  /** The number of slots that are held. */
  get inUse(): number {
    return this.inUseCount;
  }

  /** The number of those who wait for one. */
  get waiting(): number {
    return this.waitingCount;
  }

  /** @returns a slot that is free now. It overtakes nobody: whoever waits could not take this one. */
  tryTake(owner: string, of: Class): Slot | undefined {
    const lane = this.laneOf(owner, of);
    if (this.hasRoom(lane.of) && this.mayTake(lane)) return this.take(lane);
    this.forget(lane.owner);
    return undefined;
  }

  /**
   * Takes a slot, or joins the queue of the owner.
   *
   * @param weight of what waits.
   * @throws DomainError `rate_limit.exceeded` if too many wait.
   */
  wait(owner: string, of: Class, weight = 0): WaitingForSlot {
    const free = this.tryTake(owner, of);
    if (free) return { slot: Promise.resolve(free), cancel: () => undefined };
    const lane = this.laneOf(owner, of);
    if (this.isFull(lane, weight)) {
      this.forget(lane.owner);
      throw tooBusy(new Error(`Too many wait for ${this.name}.`));
    }
    let leave!: (cause?: Error) => void;
    const slot = new Promise<Slot>((give, reject) => {
      const node = new ListNode<Entry>({ lane, weight, give, timer: undefined });
      leave = (cause) => {
        if (!node.isIn(lane.entries)) return;
        this.dequeue(node);
        this.forget(lane.owner);
        reject(tooBusy(cause));
      };
      this.enqueue(node, () => leave(new Error(`None of the ${this.name} came free in time.`)));
    });
    return { slot, cancel: () => leave() };
  }

  /** Does the work with a slot, at once or when it is the owner's turn. @throws DomainError as `wait` does. */
  async run<Result>(owner: string, of: Class, work: () => Promise<Result>, weight = 0): Promise<Result> {
    const slot = this.tryTake(owner, of) ?? (await this.wait(owner, of, weight).slot);
    try {
      return await work();
    } finally {
      slot.release();
    }
  }

  private laneOf(key: string, of: Class): Lane {
    let owner = this.owners.get(key);
    if (!owner) this.owners.set(key, (owner = { key, lanes: [], inUse: 0, waiting: 0, waitingWeight: 0 }));
    const state = this.classes.get(of)!;
    return (owner.lanes[state.index] ??= new Lane(owner, state));
  }

  private hasRoom(of: ClassState): boolean {
    if (of.max !== undefined && of.inUse >= of.max) return false;
    let free = this.options.slots - this.inUseCount;
    for (const other of this.classes.values()) {
      if (other !== of) free -= Math.max(0, (other.reserved ?? 0) - other.inUse);
    }
    return free > 0;
  }

  private mayTake({ owner, of: { maxPerOwner = Infinity }, inUse }: Lane): boolean {
    return owner.inUse < this.options.maxPerOwner && inUse < maxPerOwner;
  }

  private isFull({ owner, of }: Lane, weight: number): boolean {
    const { maxWaiting, maxWaitingPerOwner, maxWaitingWeight } = this.options;
    if (this.waitingCount >= maxWaiting || owner.waiting >= maxWaitingPerOwner) return true;
    if (of.maxWaiting !== undefined && of.waiting >= of.maxWaiting) return true;
    if (!maxWaitingWeight) return false;
    const { inAll, perOwner } = maxWaitingWeight;
    return this.waitingWeight + weight > inAll || owner.waitingWeight + weight > perOwner;
  }

  private take(lane: Lane): Slot {
    this.count(lane, 1);
    lane.of.servedAt = ++this.givenCount;
    let isHeld = true;
    return {
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.count(lane, -1);
        this.giveNext();
        this.forget(lane.owner);
      },
    };
  }

  private count(lane: Lane, by: 1 | -1): void {
    this.inUseCount += by;
    lane.of.inUse += by;
    lane.owner.inUse += by;
    lane.inUse += by;
    if (lane.owner.waiting > 0) for (const each of lane.owner.lanes) if (each) this.setTurn(each);
  }

  private enqueue(node: ListNode<Entry>, expire: () => void): void {
    const { lane, weight } = node.value;
    const { timeoutMs = this.options.timeoutMs } = lane.of;
    if (timeoutMs !== null) node.value.timer = setTimeout(expire, timeoutMs);
    node.moveTo(lane.entries);
    this.countWaiting(lane, 1, weight);
  }

  private dequeue(node: ListNode<Entry>): void {
    const { lane, weight, timer } = node.value;
    clearTimeout(timer);
    node.remove();
    this.countWaiting(lane, -1, -weight);
  }

  private countWaiting(lane: Lane, by: 1 | -1, weight: number): void {
    this.waitingCount += by;
    this.waitingWeight += weight;
    lane.of.waiting += by;
    lane.owner.waiting += by;
    lane.owner.waitingWeight += weight;
    this.setTurn(lane);
  }

  /** Puts a lane among those that may be next, or takes it out. One that stays where it is keeps its place. */
  private setTurn(lane: Lane): void {
    if (!lane.entries.first || !this.mayTake(lane)) return lane.turn.remove();
    const ready = lane.of.ready[lane.owner.inUse]!;
    if (!lane.turn.isIn(ready)) lane.turn.moveTo(ready);
  }

  /** One slot became free, so at most one is given. */
  private giveNext(): void {
    if (this.waitingCount === 0) return;
    const next = this.nextLane();
    if (!next) return;
    const node = next.entries.first!;
    this.dequeue(node);
    node.value.give(this.take(next));
  }

  /** Of the classes with room and somebody who may be next, the one that holds the fewest slots goes first, then in turn. */
  private nextLane(): Lane | undefined {
    let next: Lane | undefined;
    for (const each of this.classes.values()) {
      if ((next && !isBefore(each, next.of)) || !this.hasRoom(each)) continue;
      next = each.ready.find((list) => list.first)?.first?.value ?? next;
    }
    return next;
  }

  /** Keeps nothing of owners who neither hold nor wait. */
  private forget(owner: Owner): void {
    if (owner.inUse === 0 && owner.waiting === 0) this.owners.delete(owner.key);
  }
}

function isBefore(one: ClassState, other: ClassState): boolean {
  return one.inUse === other.inUse ? one.servedAt < other.servedAt : one.inUse < other.inUse;
}
