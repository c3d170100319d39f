export declare function isExecutable(path: string): boolean
export declare function answers(path: string, extraEnv?: Readonly<Record<string, string>>): boolean
export declare function onPath(names: readonly string[]): string[]
export declare function installed(): string[]
export declare function cached(): string[]
