import { outcomes, statuses } from "./snapshot.js";
const isText = (value) => typeof value === 'string';
const isFlag = (value) => typeof value === 'boolean';
const isOneOf = (values, value) => values.includes(value);
/**
 * Validates a snapshot that was received from the server.
 *
 * @returns the snapshot; null for anything else, such as a proxy's error page or the answer of an older server
 */
export function readSnapshot(value) {
    const snapshot = value;
    const lastAttempt = snapshot?.lastAttempt;
    const isValid = snapshot &&
        isOneOf(statuses, snapshot.status) &&
        [snapshot.version, snapshot.amount].every(Number.isSafeInteger) &&
        [
            snapshot.currency,
            snapshot.reference,
            snapshot.merchant,
            snapshot.expiresAt,
            snapshot.serverTime,
        ].every(isText) &&
        [snapshot.description, snapshot.phone].every((text) => text === null || isText(text)) &&
        [snapshot.cancelRequested, snapshot.uncertain].every(isFlag) &&
        (lastAttempt === null ||
            (isOneOf(outcomes, lastAttempt?.outcome) && isText(lastAttempt?.reason)));
    return isValid ? value : null;
}
//# sourceMappingURL=read-snapshot.js.map