"""Engines: one file each, all with the contract of `fashionkit.runtime.engine`. Each imports its library by itself."""
