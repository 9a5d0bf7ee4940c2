export const rooms: readonly (readonly [name: string, holds: string])[];
