// What browsers have and the compiler's own list of them lacks, or has only of elements of one kind.

interface Uint8Array {
  findLastIndex(predicate: (value: number) => boolean): number;
}

interface Array<T> {
  findLast(predicate: (value: T) => boolean): T | undefined;
  findLastIndex(predicate: (value: T) => boolean): number;
  toSpliced(start: number, deleteCount: number, ...items: T[]): T[];
  with(index: number, value: T): T[];
}

interface Navigator {
  /** Keyboard Lock; not in every browser. */
  keyboard?: { lock?(): Promise<void>; unlock?(): void };
}

interface MouseEvent {
  /** A context menu is a pointer event where a pointer has opened it. */
  readonly pointerType?: string;
}

interface ParentNode {
  /** Of which kind it is, who asks knows. */
  querySelector(selectors: string): any;
  querySelectorAll(selectors: string): NodeListOf<any>;
}

interface Document {
  getElementById(id: string): any;
}

interface Node {
  cloneNode(deep?: boolean): any;
}

/** The page's own objects, for tests and for debugging. */
declare var webterm: any;
