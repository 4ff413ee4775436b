namespace OhlcvConnector.Forecasting.Trees;

/// <summary>A node of a tree: a question, or a leaf.</summary>
/// <param name="Feature">The feature that is asked for; -1 for a leaf.</param>
/// <param name="Number">Of a question the threshold: numbers up to it go left; of a leaf its value.</param>
/// <param name="Left">Place of the left node in the tree.</param>
/// <param name="Right">Place of the right node in the tree.</param>
internal readonly record struct TreeNode(int Feature, float Number, int Left, int Right)
{
    public bool IsLeaf => Feature < 0;

    /// <summary>The value of a tree.</summary>
    public static float Value(ReadOnlySpan<TreeNode> tree, ReadOnlySpan<float> row)
    {
        var at = 0;
        while (!tree[at].IsLeaf)
        {
            at = row[tree[at].Feature] <= tree[at].Number ? tree[at].Left : tree[at].Right;
        }

        return tree[at].Number;
    }
}
