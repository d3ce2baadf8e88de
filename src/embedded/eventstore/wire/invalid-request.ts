/** The message is well-formed protobuf and yet no request that can be served. Its text is for the caller. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
}

/** An event came without one of the metadata entries that every event must have. */
export class MissingMetadataProperty extends Error {
  override readonly name = 'MissingMetadataProperty';
  constructor(readonly property: string) {
    super(`Required Metadata Property '${property}' is missing`);
  }
}
