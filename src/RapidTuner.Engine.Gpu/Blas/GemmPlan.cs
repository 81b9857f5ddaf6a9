using RapidTuner.Engine.Gpu.Devices;

namespace RapidTuner.Engine.Gpu.Blas;

/// <summary>A product whose algorithm is chosen; running it allocates nothing.</summary>
public sealed unsafe class GemmPlan : IDisposable
{
    private readonly GpuDevice _device;
    private readonly GpuBlas _blas;
    private readonly List<GpuHandle> _owned = [];
    private readonly byte[] _algorithm;
    private readonly LtProduct _product;

    internal GemmPlan(GpuDevice device, GpuBlas blas, GemmShape shape, int units)
    {
        (_device, _blas, Shape) = (device, blas, shape);
        var (api, codes) = (blas.Api, blas.Api.Codes);
        try
        {
            // Row-major out = x · w is column-major outᵀ = wᵀ · xᵀ: the weight is the library's first factor.
            var product = Own(api.CreateProduct(out var p), "MatmulDescCreate", p, api.DestroyProduct);
            Check(api.SetProduct(product, codes.TransposeA, shape.WeightByColumn ? codes.Transpose : codes.Plain), "MatmulDescSetAttribute");
            Check(api.SetProduct(product, codes.TransposeB, codes.Plain), "MatmulDescSetAttribute");
            if (codes.UnitsTarget >= 0 && units < device.Info.Units)
            {
                Check(api.SetProduct(product, codes.UnitsTarget, units), "MatmulDescSetAttribute");
            }

            var a = shape.WeightByColumn ? Layout(shape.Inner, shape.Columns, shape.WStride) : Layout(shape.Columns, shape.Inner, shape.WStride);
            var b = Layout(shape.Inner, shape.Rows, shape.XStride);
            var d = Layout(shape.Columns, shape.Rows, shape.OutStride);
            var result = new byte[codes.ResultBytes];
            fixed (byte* to = result)
            {
                Check(api.Choose(blas.Handle, product, a, b, d, GpuBlas.WorkspaceBytes, to, out var found), "MatmulAlgoGetHeuristic");
                if (found == 0)
                {
                    throw new GpuException(api.Prefix + "MatmulAlgoGetHeuristic", 0, "no algorithm", $"the library has none for {shape}");
                }
            }

            _algorithm = result[..codes.AlgorithmBytes];
            _product = new LtProduct(blas.Handle, product, a, b, d);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What is multiplied.</summary>
    public GemmShape Shape { get; }

    /// <summary>Puts the product into a lane.</summary>
    /// <param name="lane">Where.</param>
    /// <param name="x">Address of x.</param>
    /// <param name="w">Address of w.</param>
    /// <param name="to">Address of the result.</param>
    /// <param name="workspace">Scratch memory of this lane, at least <see cref="GpuBlas.WorkspaceBytes"/>.</param>
    public void Run(GpuLane lane, nint x, nint w, nint to, GpuBuffer workspace)
    {
        _device.Enter();
        fixed (byte* algorithm = _algorithm)
        {
            Check(_blas.Api.Multiply(_product, w, x, to, algorithm, workspace.Address, workspace.Bytes, lane.Handle.Value), "Matmul");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }

        _owned.Clear();
    }

    private nint Layout(long rows, long columns, long stride)
    {
        var layout = Own(_blas.Api.CreateLayout(out var l, rows, columns, rows), "MatrixLayoutCreate", l, _blas.Api.DestroyLayout);
        if (Shape.Batch > 1)
        {
            Check(_blas.Api.SetLayout(layout, _blas.Api.Codes.BatchCount, Shape.Batch), "MatrixLayoutSetAttribute");
            Check(_blas.Api.SetLayout(layout, _blas.Api.Codes.BatchStride, stride), "MatrixLayoutSetAttribute");
        }

        return layout;
    }

    private nint Own(int status, string call, nint raw, Func<nint, int> destroy)
    {
        Check(status, call);
        _owned.Add(_blas.Own(raw, destroy));
        return raw;
    }

    private void Check(int status, string call) => _blas.Check(status, call);
}
