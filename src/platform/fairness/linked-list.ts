/** A value in a list. It is taken out in constant time, which an array or a Set cannot do from the middle or the front. */
export class ListNode<Value> {
  private list: LinkedList<Value> | undefined;
  private before: ListNode<Value> | undefined;
  private after: ListNode<Value> | undefined;

  constructor(readonly value: Value) {}

  /** Puts the node at the end of the list, out of the list in which it is. */
  moveTo(list: LinkedList<Value>): void {
    this.remove();
    this.list = list;
    this.before = list.last;
    if (this.before) this.before.after = this;
    else list.first = this;
    list.last = this;
  }

  /** Does nothing if the node is in no list. */
  remove(): void {
    const { list, before, after } = this;
    if (!list) return;
    if (before) before.after = after;
    else list.first = after;
    if (after) after.before = before;
    else list.last = before;
    this.list = this.before = this.after = undefined;
  }

  isIn(list: LinkedList<Value>): boolean {
    return this.list === list;
  }
}

export class LinkedList<Value> {
  first: ListNode<Value> | undefined;
  last: ListNode<Value> | undefined;
}
