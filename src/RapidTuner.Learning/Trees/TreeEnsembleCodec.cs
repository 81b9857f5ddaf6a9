using RapidTuner.Core.Errors;

namespace RapidTuner.Learning.Trees;

/// <summary>
/// Ensembles as bytes, little endian. Reading trusts nothing: sizes are checked against the bytes that are there before
/// anything is allocated, and the arrays must form trees (every node and leaf has one parent, children come after parents, so
/// there is no cycle), or the artefact is refused.
/// </summary>
internal static class TreeEnsembleCodec
{
    private const int HeaderBytes = 32;
    private const int NodeBytes = 25;
    private const int FeaturesMax = 1 << 16;

    /// <summary>The ensemble as bytes.</summary>
    public static byte[] Write(TreeEnsemble ensemble)
    {
        var arrays = ensemble.Arrays;
        var bytes = new byte[BytesOf(arrays.Categories.Length, arrays.Roots.Length, arrays.Nodes.Length, arrays.Leaves.Length, arrays.Sets.Length)];
        var to = new ByteCursor(bytes);
        to.Put(arrays.Categories.Length);
        to.Put(arrays.Roots.Length);
        to.Put(arrays.Nodes.Length);
        to.Put(arrays.Leaves.Length);
        to.Put(arrays.Sets.Length);
        to.Put((int)arrays.Link);
        to.Put(arrays.Base);
        foreach (var categories in arrays.Categories)
        {
            to.Put(categories);
        }

        foreach (var root in arrays.Roots)
        {
            to.Put(root);
        }

        foreach (ref readonly var node in arrays.Nodes.AsSpan())
        {
            to.Put(node.Threshold);
            to.Put(node.Feature);
            to.Put(node.Left);
            to.Put(node.Right);
            to.Put(node.CategorySet);
            to.Put(node.MissingLeft);
        }

        foreach (var leaf in arrays.Leaves)
        {
            to.Put(leaf);
        }

        foreach (ref readonly var set in arrays.Sets.AsSpan())
        {
            for (var i = 0; i < CategorySet.Words; i++)
            {
                to.Put(set[i]);
            }
        }

        return bytes;
    }

    /// <summary>The ensemble in <paramref name="bytes"/>.</summary>
    /// <exception cref="BadInputException">They are no ensemble; the message starts with <paramref name="where"/>.</exception>
    public static TreeEnsemble Read(ReadOnlyMemory<byte> bytes, string where)
    {
        if (bytes.Length < HeaderBytes)
        {
            throw Refused(where, "is cut short");
        }

        var from = new ByteCursor(bytes);
        var (features, trees, nodes, leaves, sets, link) = (from.Int(), from.Int(), from.Int(), from.Int(), from.Int(), from.Int());
        var baseValue = from.Double();
        if (features is < 0 or > FeaturesMax || trees < 0 || nodes < 0 || leaves < 0 || sets < 0
            || BytesOf(features, trees, nodes, leaves, sets) != bytes.Length)
        {
            throw Refused(where, "does not have the size that its counts say");
        }

        var arrays = new TreeArrays(new TreeNode[nodes], new double[leaves], new int[trees], new int[features], new CategorySet[sets], baseValue, (OutputLink)link);
        from.Fill(arrays.Categories);
        from.Fill(arrays.Roots);
        for (var i = 0; i < nodes; i++)
        {
            arrays.Nodes[i] = new TreeNode
            {
                Threshold = from.Double(), Feature = from.Int(), Left = from.Int(), Right = from.Int(), CategorySet = from.Int(), MissingLeft = from.Bool(),
            };
        }

        from.Fill(arrays.Leaves);
        for (var i = 0; i < sets; i++)
        {
            for (var word = 0; word < CategorySet.Words; word++)
            {
                arrays.Sets[i][word] = from.ULong();
            }
        }

        return TreeShape.Fault(arrays) is { } fault ? throw Refused(where, fault) : new TreeEnsemble(arrays);
    }

    private static long BytesOf(long features, long trees, long nodes, long leaves, long sets) =>
        HeaderBytes + (4 * features) + (4 * trees) + (NodeBytes * nodes) + (8 * leaves) + (8 * CategorySet.Words * sets);

    private static BadInputException Refused(string where, string what) => new(where, what, "fit the model again");
}
