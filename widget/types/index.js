// The entries of this folder are types only.
export {}
