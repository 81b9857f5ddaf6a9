namespace RapidTuner.Learning.Trees;

/// <summary>What an ensemble consists of. A child index is a node, or the complement of a leaf's; so is a root.</summary>
/// <param name="Nodes">Decisions of all trees; a child comes after its parent.</param>
/// <param name="Leaves">Values of all leaves.</param>
/// <param name="Roots">One root per tree.</param>
/// <param name="Categories">Per feature its number of categories; 0 for a numeric one.</param>
/// <param name="Sets">Sets of categories that go left.</param>
/// <param name="Base">Prediction before any tree.</param>
/// <param name="Link">What turns the sum into a prediction.</param>
internal sealed record TreeArrays(TreeNode[] Nodes, double[] Leaves, int[] Roots, int[] Categories, CategorySet[] Sets, double Base, OutputLink Link);
