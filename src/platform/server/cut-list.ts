import { usualBody } from '../http/large-body';
import { unreadable } from './unreadable-body';

/** A group of elements that is parsed in one step ends beyond one of these, which takes some 5 ms. */
const group = { bytes: 256 * 1024, values: 5_000 };

/** Neighbouring elements, from the index of the first byte up to that of the comma or bracket behind them. */
export interface Elements {
  readonly start: number;
  end: number;
  count: number;
  values: number;
}

/** A list that is cut out of a body while its bytes are counted. Its elements are parsed in groups. */
export class CutList {
  readonly groups: Elements[];
  /** The index of the closing bracket. */
  end = Infinity;
  /** Of all elements. */
  values = 0;

  /**
   * @param start the index of the opening bracket.
   * @param valuesBefore how many values the body has before the first element.
   */
  constructor(
    readonly start: number,
    private valuesBefore: number,
  ) {
    this.groups = [groupFrom(start + 1)];
  }

  /** @param values how many the body has up to here. @throws InvalidInputError if too many are of the element. */
  endElement(at: number, values: number): void {
    const ofElement = values - this.valuesBefore;
    if (ofElement > usualBody.values) {
      throw unreadable(`An item of the body has more than ${usualBody.values.toLocaleString('en')} values.`);
    }
    this.valuesBefore = values;
    this.values += ofElement;
    let last = this.groups.at(-1)!;
    if (last.end - last.start > group.bytes || last.values > group.values) {
      last = groupFrom(last.end + 1);
      this.groups.push(last);
    }
    last.end = at;
    last.count++;
    last.values += ofElement;
  }
}

function groupFrom(start: number): Elements {
  return { start, end: start, count: 0, values: 0 };
}
