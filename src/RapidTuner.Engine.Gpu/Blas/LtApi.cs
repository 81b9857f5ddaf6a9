namespace RapidTuner.Engine.Gpu.Blas;

/// <summary>A vendor's matrix library in one set of words; members return the library's status, 0 for success.</summary>
internal abstract unsafe class LtApi
{
    /// <summary>The library's numbers.</summary>
    public abstract LtCodes Codes { get; }

    /// <summary>Prefix of its functions, for messages.</summary>
    public abstract string Prefix { get; }

    /// <summary>Opens the library for the current device.</summary>
    public abstract int Create(out nint handle);

    /// <summary>Closes it.</summary>
    public abstract int Destroy(nint handle);

    /// <summary>Describes a product.</summary>
    public abstract int CreateProduct(out nint product);

    /// <summary>Sets an attribute of it.</summary>
    public abstract int SetProduct(nint product, int attribute, int value);

    /// <summary>Gives it back.</summary>
    public abstract int DestroyProduct(nint product);

    /// <summary>Describes a bf16 matrix, column-major.</summary>
    public abstract int CreateLayout(out nint layout, long rows, long columns, long leading);

    /// <summary>Sets an attribute of it.</summary>
    public abstract int SetLayout(nint layout, int attribute, int value);

    /// <summary>Sets an attribute of it.</summary>
    public abstract int SetLayout(nint layout, int attribute, long value);

    /// <summary>Gives it back.</summary>
    public abstract int DestroyLayout(nint layout);

    /// <summary>Chooses an algorithm; <paramref name="result"/> has room for one heuristic result.</summary>
    public abstract int Choose(nint handle, nint product, nint a, nint b, nint d, long workspaceBytes, byte* result, out int found);

    /// <summary>Puts the product into a stream.</summary>
    public abstract int Multiply(in LtProduct product, nint a, nint b, nint d, byte* algorithm, nint workspace, long workspaceBytes, nint stream);
}
