/** The progress of one file, from sending to publishing. */
export interface FileProgress {
  /** Sending begins; this many bytes are there already. */
  resume(bytes: number): void;
  /** More bytes were sent; negative when a request failed and its bytes must be sent again. */
  add(bytes: number): void;
  sent(): void;
  /** 0 to 100; undefined until the pipeline reports it. */
  processing(percent: number | undefined): void;
  /** The media's last status. */
  ended(status: string): void;
}

export interface Progress {
  file(name: string, bytes: number): FileProgress;
  stop(): void;
}
