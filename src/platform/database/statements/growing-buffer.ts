/** Enough for a list of a hundred answers; it grows when more is needed. */
const INITIAL_BYTES = 65_536;

/** Shorter texts are copied character by character; a call into Node costs more than that. */
const SHORT_TEXT = 48;

/** Bytes that are written one after the other, numbers with the highest byte first. Each writer returns true. */
export class GrowingBuffer {
  length = 0;
  private buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);

  clear(): void {
    this.length = 0;
  }

  copy(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.length));
  }

  /** Makes room for `count` bytes and returns where they begin. */
  reserve(count: number): number {
    const start = this.length;
    this.length += count;
    if (this.length > this.buffer.length) {
      const larger = Buffer.allocUnsafeSlow(2 * this.length);
      this.buffer.copy(larger, 0, 0, start);
      this.buffer = larger;
    }
    return start;
  }

  byte(value: number): true {
    const start = this.reserve(1);
    this.buffer[start] = value;
    return true;
  }

  int16(value: number): true {
    const start = this.reserve(2);
    this.buffer.writeInt16BE(value, start);
    return true;
  }

  int32(value: number): true {
    return this.int32At(this.reserve(4), value);
  }

  int32At(start: number, value: number): true {
    const { buffer } = this;
    buffer[start] = value >>> 24;
    buffer[start + 1] = value >>> 16;
    buffer[start + 2] = value >>> 8;
    buffer[start + 3] = value;
    return true;
  }

  /** A whole number within ±(2^53 − 1). */
  int64(value: number): true {
    const start = this.reserve(8);
    const high = Math.floor(value / 2 ** 32);
    this.int32At(start, high);
    return this.int32At(start + 4, value - high * 2 ** 32);
  }

  bytes(value: Uint8Array): true {
    const start = this.reserve(value.length);
    this.buffer.set(value, start);
    return true;
  }

  /** As UTF-8. */
  text(value: string): true {
    const start = this.reserve(3 * value.length);
    this.length = start + (this.shortAscii(value, start) ?? this.buffer.write(value, start, 'utf8'));
    return true;
  }

  /** Two digits per byte. @returns false when there is another character among them */
  hex(text: string, from: number, to: number): boolean {
    let at = this.reserve((to - from) / 2);
    for (let i = from; i < to; i += 2) {
      const byte = (digit(text.charCodeAt(i)) << 4) | digit(text.charCodeAt(i + 1));
      if (byte < 0) return false;
      this.buffer[at++] = byte;
    }
    return true;
  }

  /** @returns how many bytes were written; null when the text is long or has non-ASCII characters */
  private shortAscii(text: string, start: number): number | null {
    if (text.length > SHORT_TEXT) return null;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= 0x80) return null;
      this.buffer[start + i] = code;
    }
    return text.length;
  }
}

/** The values by character code; −1 for all but hexadecimal digits, which stays negative when combined with a digit. */
const DIGITS = Int8Array.from({ length: 128 }, (_, code) => {
  const value = parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? -1 : value;
});

function digit(code: number): number {
  return DIGITS[code] ?? -1;
}
