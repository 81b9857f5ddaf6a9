namespace RapidTuner.Learning.Trees.Training;

/// <summary>The options' penalties in the packed units of one tree, and the way back to real values.</summary>
/// <param name="L2">L2 penalty.</param>
/// <param name="CategoryL2">L2 penalty of a categorical decision.</param>
/// <param name="LeafWeightMin">Least weight of a leaf.</param>
/// <param name="WeightPerRow">Weight of an average row.</param>
/// <param name="ValueScale">Packed value per unit of the gradient.</param>
internal readonly record struct PackedUnits(double L2, double CategoryL2, double LeafWeightMin, double WeightPerRow, double ValueScale)
{
    /// <summary>Units of the present gradients over <paramref name="rows"/> rows with packed sum <paramref name="total"/>.</summary>
    public static PackedUnits Of(TrainingOptions options, Gradients gradients, long total, int rows)
    {
        var weightPerRow = PackedSum.Weight(total) / rows;
        return new PackedUnits(
            options.L2 * gradients.WeightScale,
            (options.L2 + options.CategoryL2) * gradients.WeightScale,
            options.LeafRowsMin * weightPerRow * (1 - 1e-9),
            weightPerRow,
            gradients.GradientScale / gradients.WeightScale);
    }

    /// <summary>Value of a leaf with packed sum <paramref name="sum"/>, in units of the gradient.</summary>
    public double ValueOf(long sum) => PackedSum.Gradient(sum) / (PackedSum.Weight(sum) + L2) / ValueScale;
}
